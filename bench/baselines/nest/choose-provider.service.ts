import { Injectable } from '@nestjs/common';
import { CANNED_DECISION } from '../../load/payloads.js';

const PROVIDERS = [
  { name: 'openai:gpt-4o', weight: 0.6 },
  { name: 'anthropic:claude', weight: 0.3 },
  { name: 'local_llm', weight: 0.1 },
];

/** The cheapest decision there is, so that the idiomatic application is measured and not its algorithm. */
@Injectable()
export class ChooseProviderService {
  decide(): typeof CANNED_DECISION {
    let draw = Math.random();
    const chosen = PROVIDERS.find(({ weight }) => (draw -= weight) <= 0);
    return { ...CANNED_DECISION, provider_id: chosen?.name ?? 'local_llm' };
  }
}

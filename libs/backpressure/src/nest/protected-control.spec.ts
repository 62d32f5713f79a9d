import { FakeClock, recorder } from '@beamline/testing';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { OverloadControl } from '../adapters/overload-control.js';
import { DEFAULT_SETTINGS, type OverloadEvent } from '../core/index.js';
import { BackpressureModule } from './backpressure.module.js';
import { Protected } from './protected.decorator.js';
import { ProtectionModule } from './protection.module.js';

@Controller('work')
class WorkController {
  @Protected('work')
  @Get()
  work(): string {
    return 'done';
  }
}

let app: INestApplication;
let url: string;
let control: OverloadControl;
const facts = recorder<OverloadEvent>();

/** An application as its author would wire it: one module controls, the other protects by it. */
async function start(admission: Partial<typeof DEFAULT_SETTINGS.admission>): Promise<void> {
  const defaults = {
    ...DEFAULT_SETTINGS,
    admission: { ...DEFAULT_SETTINGS.admission, ...admission },
  };
  const module = await Test.createTestingModule({
    imports: [
      BackpressureModule.forRoot({ defaults, clock: new FakeClock(), observe: facts.observe }),
      ProtectionModule.forRootAsync({
        inject: [OverloadControl],
        useFactory: (given: OverloadControl) => ({ gates: (subject) => given.subject(subject) }),
      }),
    ],
    controllers: [WorkController],
  }).compile();
  app = module.createNestApplication(new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  url = `${await app.getUrl()}/work`;
  control = app.get(OverloadControl);
}

afterEach(async () => {
  await app.close();
});

it('serves while there is room and counts what is in hand', async () => {
  await start({});

  const response = await fetch(url);

  expect(await response.text()).toBe('done');
  expect(control.subject('work').admission.view().backlog).toBe(0);
});

it('refuses at the hard limit, and serves again below it', async () => {
  await start({ maxInflight: 1 });
  const held = control.subject('work').admit({ criticality: 'default' });

  const refused = await fetch(url);
  if (held.admitted) held.permit.settle('success');
  const served = await fetch(url);

  expect([refused.status, served.status]).toEqual([429, 200]);
  expect(await refused.json()).toMatchObject({ subject: 'work', reason: 'hard_limit' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
});

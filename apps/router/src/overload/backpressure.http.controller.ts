import { Controller, Get, HttpException, Param, Query } from '@nestjs/common';
import { BackpressureQueries, type EventQuery } from './backpressure-queries.js';

type Queried = Readonly<Record<string, unknown>>;

/** An answer in the form that the status has over NATS. */
interface Success {
  readonly success: true;
  readonly data: unknown;
}

const WHOLE_NUMBER = /^\d{1,15}$/;

/** Tells load, status and history over HTTP. Never refused for overload. */
@Controller('api/v1/backpressure')
export class BackpressureHttpController {
  constructor(private readonly queries: BackpressureQueries) {}

  /** Of the decide subject, or of `?subject=`. */
  @Get()
  async status(@Query('subject') subject: unknown): Promise<Success> {
    const { queries } = this;
    return success(
      await (subject === undefined ? queries.defaultStatus() : queries.status(subject)),
    );
  }

  @Get('subjects')
  async subjects(): Promise<Success> {
    return success(await this.queries.all());
  }

  @Get('subjects/:subject')
  async subject(@Param('subject') subject: string): Promise<Success> {
    return success(await this.queries.status(subject));
  }

  @Get('subjects/:subject/detail')
  async detail(@Param('subject') subject: string): Promise<Success> {
    return success(await this.queries.detail(subject));
  }

  @Get('tenants/:tenant')
  async tenant(@Param('tenant') tenant: string): Promise<Success> {
    return success(await this.queries.ofTenant(tenant));
  }

  @Get('providers/:provider')
  async provider(@Param('provider') provider: string): Promise<Success> {
    return success(await this.queries.ofProvider(provider));
  }

  /** `?subject=`, `?limit=` (100, at most 1000), `?since=` (Unix milliseconds). */
  @Get('events')
  events(@Query() query: Queried): Success {
    return success(this.queries.events(readEventQuery(query)));
  }

  @Get('history/:subject')
  history(@Param('subject') subject: string, @Query() query: Queried): Success {
    return success(this.queries.history(subject, readEventQuery(query)));
  }

  @Get('aggregates/:subject')
  aggregates(@Param('subject') subject: string): Success {
    return success(this.queries.aggregates(subject));
  }

  @Get('health')
  health(): Success {
    return success(this.queries.health());
  }
}

function success(data: unknown): Success {
  return { success: true, data };
}

function readEventQuery({ subject, limit, since }: Queried): EventQuery {
  return {
    subject: typeof subject === 'string' ? subject : undefined,
    limit: readNumber('limit', limit),
    sinceMs: readNumber('since', since),
  };
}

/** @throws HttpException 400 when it is no whole number. */
function readNumber(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && WHOLE_NUMBER.test(value)) return Number(value);
  const error = `${name} must be a whole number (got ${JSON.stringify(value)?.slice(0, 64)})`;
  throw new HttpException({ success: false, error }, 400);
}

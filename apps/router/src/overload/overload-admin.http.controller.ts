import {
  Body,
  Controller,
  Delete,
  Get,
  HttpException,
  Param,
  Put,
  Query,
  UseGuards,
} from '@nestjs/common';
import { OverloadControl } from '@beamline/backpressure';
import { AdminGuard } from './admin.guard.js';
import { Drills, readDrill } from './drills.js';
import { readJsonBody } from './read-json-body.js';
import { Settings, type SettingsAnswer } from './settings.js';

/** Changes how overload is judged and met, for all replicas at once, and rehearses it. For admins only. */
@Controller('api/v1/backpressure')
@UseGuards(AdminGuard)
export class OverloadAdminHttpController {
  constructor(
    private readonly settings: Settings,
    private readonly drills: Drills,
    private readonly control: OverloadControl,
  ) {}

  /** What is stored, for all subjects and for each, and what of it is not in force. */
  @Get('settings')
  all(): unknown {
    return { success: true, data: this.settings.all() };
  }

  /** What holds for one subject, and its own document. */
  @Get('settings/:subject')
  one(@Param('subject') subject: string): unknown {
    return { success: true, data: this.settings.of(subject) };
  }

  /** What was stored for a subject, or as `_defaults` for all, as far back as the bucket goes. */
  @Get('settings/:subject/versions')
  async versions(@Param('subject') subject: string): Promise<unknown> {
    const versions = await this.settings.versions(subject === DEFAULTS ? undefined : subject);
    if (versions === undefined) throw failed(503, 'NATS did not answer');
    return { success: true, data: versions };
  }

  /**
   * Settings of all subjects that have none of their own. `?revision=`: only when that one is stored; `?from=` in the
   * place of a body: the document of that revision.
   */
  @Put('settings')
  async putDefaults(
    @Body() body: Buffer | undefined,
    @Query() query: SettingsQuery,
  ): Promise<unknown> {
    return this.#put(undefined, body, query);
  }

  @Put('settings/:subject')
  async put(
    @Param('subject') subject: string,
    @Body() body: Buffer | undefined,
    @Query() query: SettingsQuery,
  ): Promise<unknown> {
    return this.#put(subject, body, query);
  }

  @Delete('settings')
  async removeDefaults(@Query('revision') revision: unknown): Promise<unknown> {
    return answer(await this.settings.remove(undefined, readRevision('revision', revision)));
  }

  @Delete('settings/:subject')
  async remove(
    @Param('subject') subject: string,
    @Query('revision') revision: unknown,
  ): Promise<unknown> {
    return answer(await this.settings.remove(subject, readRevision('revision', revision)));
  }

  @Put('drills/:subject')
  async drill(
    @Param('subject') subject: string,
    @Body() body: Buffer | undefined,
  ): Promise<unknown> {
    const read = readDrill(readJsonBody(body));
    if (!read.ok) throw failed(400, read.problem);
    if (!this.drills.begin(subject, read.drill)) throw notServed(subject);
    const { status } = await this.control.status(subject);
    const leads = this.control.isLeading();
    return { success: true, data: { subject, seconds: read.drill.seconds, status, leads } };
  }

  @Delete('drills/:subject')
  async endDrill(@Param('subject') subject: string): Promise<unknown> {
    if (!this.drills.end(subject))
      throw failed(404, `there is no drill of ${subject.slice(0, 64)}`);
    const { status } = await this.control.status(subject);
    return { success: true, data: { subject, status } };
  }

  async #put(
    subject: string | undefined,
    body: Buffer | undefined,
    query: SettingsQuery,
  ): Promise<unknown> {
    const expected = readRevision('revision', query.revision);
    const from = readRevision('from', query.from);
    if (from === undefined) {
      return answer(await this.settings.put(subject, readJsonBody(body), expected));
    }
    if (body !== undefined && body.length > 0) throw failed(400, 'from stands in place of a body');
    return answer(await this.settings.restore(subject, from, expected));
  }
}

/** How a change of settings is asked for. */
interface SettingsQuery {
  readonly revision?: unknown;
  readonly from?: unknown;
}

const DEFAULTS = '_defaults';

const STATUS_OF = { invalid: 400, conflict: 409, unavailable: 503 } as const;
const REVISION = /^\d{1,15}$/;

function answer(change: SettingsAnswer): unknown {
  if (change.ok) return { success: true, data: { revision: change.revision, notes: change.notes } };
  const { reason, problems } = change;
  throw new HttpException(
    { success: false, error: problems.join('; '), reason, problems },
    STATUS_OF[reason],
  );
}

function readRevision(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && REVISION.test(value)) return Number(value);
  throw failed(400, `${name} must be a whole number`);
}

function notServed(subject: string): HttpException {
  return failed(404, `subject ${subject.slice(0, 64)} is not served here`);
}

function failed(status: number, error: string): HttpException {
  return new HttpException({ success: false, error }, status);
}

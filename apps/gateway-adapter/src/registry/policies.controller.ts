import { Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ROUTES, type RouteRules } from '../entrance/route-rules.js';
import { type HttpReply, type HttpRequest, send } from '../http/http-types.js';
import type { AdminQuestion } from './admin-subjects.js';
import { PolicyRoutes } from './registry.openapi.js';
import { RegistryDesk } from './registry-desk.js';

/** The router's policies, as far as the router serves them; what it does not serve is answered with 501. */
@Controller('api/v1/policies')
export class PoliciesController {
  constructor(private readonly desk: RegistryDesk) {}

  /** What a policy would decide, with its extensions left out. */
  @Post('dry-run')
  @HttpCode(200)
  @PolicyRoutes.dryRun
  async dryRun(@Req() request: HttpRequest, @Res() reply: HttpReply): Promise<void> {
    const answer = await this.desk.serve(request, {
      question: 'dryRun',
      rules: ROUTES.dryRun,
      // The header beats the body here too.
      of: (body, headers) => ({ ...body, tenant_id: headers['x-tenant-id'] ?? body['tenant_id'] }),
    });
    send(reply, answer);
  }

  @Get(':tenantId')
  @PolicyRoutes.list
  async list(
    @Param('tenantId') tenantId: string,
    @Req() request: HttpRequest,
    @Res() reply: HttpReply,
  ): Promise<void> {
    const bad = this.desk.badIds(request, { tenantId });
    const about = { tenant_id: tenantId };
    const question = { question: 'listPolicies', rules: ROUTES.readPolicies } as const;
    send(
      reply,
      bad ?? (await this.desk.serve(request, { ...question, tenant: tenantId, of: () => about })),
    );
  }

  @Get(':tenantId/:policyId')
  @PolicyRoutes.get
  get(@Param() ids: PolicyIds, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    return this.#one(ids, request, reply, ['getPolicy', ROUTES.readPolicies]);
  }

  @Get(':tenantId/:policyId/complexity')
  @PolicyRoutes.complexity
  complexity(@Param() ids: PolicyIds, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    return this.#one(ids, request, reply, ['complexity', ROUTES.readPolicies]);
  }

  @Put(':tenantId/:policyId')
  @PolicyRoutes.put
  put(@Param() ids: PolicyIds, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    const rules = { ...ROUTES.writePolicies, needsBody: true };
    return this.#one(ids, request, reply, ['putPolicy', rules]);
  }

  @Delete(':tenantId/:policyId')
  @PolicyRoutes.remove
  remove(@Param() ids: PolicyIds, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    return this.#one(ids, request, reply, ['deletePolicy', ROUTES.writePolicies]);
  }

  async #one(
    { tenantId, policyId }: PolicyIds,
    request: HttpRequest,
    reply: HttpReply,
    [question, rules]: readonly [AdminQuestion, RouteRules],
  ): Promise<void> {
    const bad = this.desk.badIds(request, { tenantId, policyId });
    const ids = { tenant_id: tenantId, policy_id: policyId };
    const asked = {
      question,
      rules,
      tenant: tenantId,
      of: (policy: object) => (rules.needsBody === true ? { ...ids, policy } : ids),
    };
    send(reply, bad ?? (await this.desk.serve(request, asked)));
  }
}

interface PolicyIds {
  readonly tenantId: string;
  readonly policyId: string;
}

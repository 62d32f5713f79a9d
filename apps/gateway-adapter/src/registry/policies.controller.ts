import { Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ROUTES, type RouteRules } from '../entrance/route-rules.js';
import { type HttpReply, type HttpRequest, send } from '../http/http-types.js';
import type { AdminQuestion } from './admin-subjects.js';
import { PolicyRoutes } from './registry.openapi.js';
import { type PathIds, RegistryDesk } from './registry-desk.js';

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
  list(@Param('tenantId') tenantId: string, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    return this.#ask({ tenantId }, request, reply, ['listPolicies', ROUTES.readPolicies]);
  }

  @Get(':tenantId/:policyId')
  @PolicyRoutes.get
  get(@Param() ids: PathIds, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    return this.#ask(ids, request, reply, ['getPolicy', ROUTES.readPolicies]);
  }

  @Get(':tenantId/:policyId/complexity')
  @PolicyRoutes.complexity
  complexity(@Param() ids: PathIds, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    return this.#ask(ids, request, reply, ['complexity', ROUTES.readPolicies]);
  }

  @Put(':tenantId/:policyId')
  @PolicyRoutes.put
  put(@Param() ids: PathIds, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    const rules = { ...ROUTES.writePolicies, needsBody: true };
    return this.#ask(ids, request, reply, ['putPolicy', rules]);
  }

  @Delete(':tenantId/:policyId')
  @PolicyRoutes.remove
  remove(@Param() ids: PathIds, @Req() request: HttpRequest, @Res() reply: HttpReply) {
    return this.#ask(ids, request, reply, ['deletePolicy', ROUTES.writePolicies]);
  }

  async #ask(
    ids: PathIds,
    request: HttpRequest,
    reply: HttpReply,
    [question, rules]: readonly [AdminQuestion, RouteRules],
  ): Promise<void> {
    const { tenantId, policyId } = ids;
    const about = { tenant_id: tenantId, ...(policyId !== undefined && { policy_id: policyId }) };
    const of = (policy: object) => (rules.needsBody === true ? { ...about, policy } : about);
    send(reply, await this.desk.serve(request, { question, rules, ids, of }));
  }
}

import {
  Body,
  Controller,
  Delete,
  Get,
  HttpException,
  Param,
  Post,
  Res,
  UseGuards,
} from '@nestjs/common';
import { AdminGuard } from '../admin.guard.js';
import { readJsonBody } from '../read-json-body.js';
import {
  type GatewayAnswer,
  type GatewayProblem,
  GatewayRegistrations,
} from './gateway-registrations.js';

/** The part of a response over HTTP that is needed here. */
interface StatusSetter {
  status(code: number): unknown;
}

/** Who is told of overload by HTTP. For admins only: whoever may register makes the router call somebody. */
@Controller('api/v1/gateways')
@UseGuards(AdminGuard)
export class GatewaysHttpController {
  constructor(private readonly registrations: GatewayRegistrations) {}

  /** `{endpoint}`: 201 when it is new, 200 when it was registered before. */
  @Post()
  async register(
    @Body() body: Buffer | undefined,
    @Res({ passthrough: true }) response: StatusSetter,
  ): Promise<unknown> {
    const { document, isNew } = dataOf(await this.registrations.register(readJsonBody(body)));
    response.status(isNew ? 201 : 200);
    return success(document);
  }

  @Get()
  all(): unknown {
    return success(this.registrations.list());
  }

  /** The id stands percent-encoded in the path: it may hold `/` and `+`. */
  @Get(':id')
  one(@Param('id') id: string): unknown {
    return success(dataOf(this.registrations.get(id)));
  }

  @Get(':id/deliveries')
  async deliveries(@Param('id') id: string): Promise<unknown> {
    return success(dataOf(await this.registrations.deliveries(id)));
  }

  @Delete(':id')
  async unregister(@Param('id') id: string): Promise<unknown> {
    return success(dataOf(await this.registrations.unregister({ endpoint_id: id })));
  }
}

const STATUS_OF: Readonly<Record<GatewayProblem, number>> = {
  invalid_arguments: 400,
  invalid_endpoint: 400,
  not_found: 404,
  configured: 409,
  too_many_endpoints: 409,
  unavailable: 503,
};

/** @throws HttpException when there is no answer. */
function dataOf<Data>(answer: GatewayAnswer<Data>): Data {
  if (answer.ok) return answer.data;
  const { error, message } = answer;
  throw new HttpException({ success: false, error, message }, STATUS_OF[error]);
}

function success(data: unknown): unknown {
  return { success: true, data };
}

import {
  BadRequestException,
  GatewayTimeoutException,
  HttpException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { TimeoutError } from 'rxjs';
import { outcomeOfError } from './outcome-of-error.js';

it.each`
  error                                                   | outcome      | because
  ${new BadRequestException()}                            | ${'ignored'} | ${'bad input is no lack of capacity'}
  ${new HttpException('later', 429)}                      | ${'dropped'} | ${'somebody further on refused'}
  ${new HttpException('slow', 408)}                       | ${'dropped'} | ${'time was up'}
  ${new ServiceUnavailableException()}                    | ${'dropped'} | ${'something is away'}
  ${new GatewayTimeoutException()}                        | ${'dropped'} | ${'something did not answer'}
  ${new RpcException({ code: 8 })}                        | ${'dropped'} | ${'RESOURCE_EXHAUSTED'}
  ${new RpcException({ code: 14 })}                       | ${'dropped'} | ${'UNAVAILABLE'}
  ${new RpcException({ code: 3 })}                        | ${'ignored'} | ${'INVALID_ARGUMENT'}
  ${new RpcException('in words')}                         | ${'ignored'} | ${'it says nothing'}
  ${{ code: 4 }}                                          | ${'dropped'} | ${'DEADLINE_EXCEEDED, thrown as it came'}
  ${new TimeoutError()}                                   | ${'dropped'} | ${'an operator gave up waiting'}
  ${Object.assign(new Error(), { code: 'ECONNREFUSED' })} | ${'ignored'} | ${'codes of the system are not statuses'}
  ${new Error('broken')}                                  | ${'ignored'} | ${'a fast failure must not look like speed'}
  ${undefined}                                            | ${'ignored'} | ${'anything can be thrown'}
`('a handler that fails with $error is $outcome: $because', ({ error, outcome }) => {
  expect(outcomeOfError(error)).toBe(outcome);
});

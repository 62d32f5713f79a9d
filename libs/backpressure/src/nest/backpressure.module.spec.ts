import { eventually, recorder } from '@beamline/testing';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OverloadControl } from '../adapters/overload-control.js';
import type { OverloadEvent } from '../core/index.js';
import { BackpressureModule } from './backpressure.module.js';

@Injectable()
class OrderService {
  constructor(readonly control: OverloadControl) {}
}

@Module({ providers: [OrderService], exports: [OrderService] })
class OrderModule {}

it('gives every module of the application the same overload control', async () => {
  const module = await Test.createTestingModule({
    imports: [BackpressureModule.forRoot({ subjects: [{ name: 'orders' }] }), OrderModule],
  }).compile();

  expect(module.get(OrderService).control).toBe(module.get(OverloadControl));
  expect(module.get(OverloadControl).subjects()).toEqual(['orders']);
});

it('evaluates from the start of the application to its end', async () => {
  const events = recorder<OverloadEvent>();
  const options = { subjects: [{ name: 'orders' }], evaluateEveryMs: 10, observe: events.observe };
  const module = await Test.createTestingModule({
    imports: [BackpressureModule.forRootAsync({ useFactory: () => options })],
  }).compile();
  expect(events.of('evaluated')).toEqual([]);

  await module.init();
  await eventually(() => events.of('evaluated').length > 1);

  await module.close();
  const atTheEnd = events.of('evaluated').length;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(events.of('evaluated').length).toBe(atTheEnd);
});

it('still lets requests in after the application has ended', async () => {
  const module = await Test.createTestingModule({
    imports: [BackpressureModule.forRoot({})],
  }).compile();
  await module.init();
  await module.close();

  const admission = module.get(OverloadControl).subject('late').admit({ criticality: 'default' });
  expect(admission.admitted).toBe(true);
});

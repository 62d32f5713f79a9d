import { admissionWindow, aRouter, DECIDE } from './overload.fixtures.js';

it('counts requests by class and fate', async () => {
  const { observe, page } = aRouter();
  observe(admissionWindow('proportional'));
  observe(admissionWindow('proportional'));

  const text = await page();
  const refused = `router_admission_refused_total{subject="${DECIDE}",criticality="sheddable"`;
  expect(text).toContain(
    `router_admission_admitted_total{subject="${DECIDE}",criticality="critical"} 2`,
  );
  expect(text).toContain(
    `router_admission_admitted_total{subject="${DECIDE}",criticality="default"} 20`,
  );
  expect(text).toContain(`${refused},reason="predicted_wait"} 6`);
  expect(text).toContain(`${refused},reason="hard_limit"} 0`);
  expect(text).toContain(
    `router_intake_backpressure_rejections_total{subject="${DECIDE}",reason="predicted_wait"} 6`,
  );
});

it('does not count as refused what shadow mode let in', async () => {
  const { observe, page } = aRouter();
  observe(admissionWindow('shadow'));

  const text = await page();
  const labels = `{subject="${DECIDE}",criticality="sheddable",reason="predicted_wait"}`;
  expect(text).toContain(`router_admission_refused_total${labels} 0`);
  expect(text).toContain(`router_admission_would_refuse_total${labels} 3`);
  expect(text).toContain(
    `router_intake_backpressure_rejections_total{subject="${DECIDE}",reason="predicted_wait"} 0`,
  );
});

it('shows what admission estimates, in base units, and what it does', async () => {
  const { observe, page } = aRouter();
  observe(admissionWindow('proportional'));

  const text = await page();
  const labels = `{subject="${DECIDE}"}`;
  expect(text).toContain(`router_admission_predicted_wait_seconds${labels} 0.25`);
  expect(text).toContain(`router_admission_delivered_per_second${labels} 800`);
  expect(text).toContain(`router_admission_service_seconds${labels} 0.05`);
  expect(text).toContain(`router_admission_queue_delay_seconds${labels} 0.125`);
  expect(text).toContain(`router_admission_backlog${labels} 42`);
  expect(text).toContain(`router_admission_estimates_inferred${labels} 1`);
  const status = `router_admission_effective_status{subject="${DECIDE}",status=`;
  expect(text).toContain(`${status}"warning"} 1`);
  expect(text).toContain(`${status}"active"} 0`);
  expect(text).toContain(`${status}"inactive"} 0`);
});

it('shows how the process keeps up', async () => {
  const { observe, page } = aRouter();
  observe({ type: 'event-loop', delayP99Ms: 250, delayMeanMs: 2, utilisation: 0.75 });
  observe({ type: 'criticality-capped', subject: DECIDE });
  observe({ type: 'permits-expired', subject: DECIDE, count: 3 });

  const text = await page();
  expect(text).toContain('router_event_loop_delay_p99_seconds 0.25');
  expect(text).toContain('router_event_loop_delay_mean_seconds 0.002');
  expect(text).toContain('router_event_loop_utilisation_ratio 0.75');
  expect(text).toContain(`router_admission_criticality_capped_total{subject="${DECIDE}"} 1`);
  expect(text).toContain(`router_admission_permits_expired_total{subject="${DECIDE}"} 3`);
});

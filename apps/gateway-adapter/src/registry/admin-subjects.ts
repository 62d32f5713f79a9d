/** Questions for administrators of the router, over NATS. */
export const ADMIN_SUBJECTS = {
  extensionHealth: 'beamline.router.v1.admin.get_extension_health',
  circuitBreakers: 'beamline.router.v1.admin.get_circuit_breaker_states',
  dryRun: 'beamline.router.v1.admin.dry_run_pipeline',
  complexity: 'beamline.router.v1.admin.get_pipeline_complexity',
  listPolicies: 'beamline.router.admin.list_policies',
  getPolicy: 'beamline.router.admin.get_policy',
  putPolicy: 'beamline.router.admin.put_policy',
  deletePolicy: 'beamline.router.admin.delete_policy',
} as const;

/** One of {@link ADMIN_SUBJECTS}. */
export type AdminQuestion = keyof typeof ADMIN_SUBJECTS;

import fc from 'fast-check';
import { ClusterView } from './cluster-view.js';
import { readReport } from './read-report.js';
import { aReport, aSubjectReport } from './report.fixtures.js';

const withSubject = (fields: Record<string, unknown>) => ({
  ...aReport(),
  subjects: [Object.assign(aSubjectReport(), fields)],
});

it('nonsense never throws, and what passes for a report makes no nonsense of the figures', () => {
  const name = () => fc.constantFrom(...Object.keys(aSubjectReport()), ...Object.keys(aReport()));
  const mess = () =>
    fc.oneof(
      fc.anything(),
      fc.double(),
      fc.array(fc.nat(300)),
      fc.dictionary(name(), fc.anything()),
    );
  const almost = fc.tuple(name(), mess()).map(([field, value]) => withSubject({ [field]: value }));
  const broken = fc
    .tuple(name(), mess())
    .map(([field, value]) => Object.assign(aReport(), { [field]: value }));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), almost, broken), (value) => {
      const result = readReport(value);
      const view = new ClusterView('m');
      if (result.ok) view.accept(result.report, 0);
      const subjects = result.ok ? result.report.subjects.map(({ subject }) => subject) : ['s'];
      const told = subjects.map((subject) => view.aggregate(subject, 0));
      const figures = told.flatMap(({ signals, predictedWaitMs, shedRatio }) =>
        Object.values(signals).concat(predictedWaitMs, shedRatio),
      );

      expect(figures.every((figure) => Number.isFinite(figure) && figure >= 0)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

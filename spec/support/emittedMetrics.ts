import { type MetricName, METRICS } from '../../src/metrics/catalogue.ts';
import { filesOf, read } from './project.ts';

/** The metrics of the catalogue that some code reports: those that the library names outside of the catalogue. */
export function emittedMetrics(): MetricName[] {
  const code = filesOf('src', '.ts')
    .filter((path) => !/^src\/(cli|testing)\//.test(path) && path !== 'src/metrics/catalogue.ts')
    .map((path) => read(path).replace(/^\s*(\/\/|\/?\*).*$/gm, ''))
    .join('\n');
  return (Object.keys(METRICS) as MetricName[]).filter((name) => code.includes(`'${name}'`));
}

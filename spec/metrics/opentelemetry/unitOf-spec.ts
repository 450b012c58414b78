import { expect } from 'chai';
import { METRICS } from '../../../src/metrics/catalogue.ts';
import { unitOf } from '../../../src/metrics/opentelemetry/unitOf.ts';

describe('unitOf', () => {
  it('should know one for each metric of the catalogue, which is what its name ends in', () => {
    const endings = { s: '_seconds', ms: '_milliseconds', By: /_bytes_|_bytes$/ } as const;
    for (const metric of Object.keys(METRICS)) {
      const unit = unitOf(metric)!;
      expect(unit, metric).to.match(/^(s|ms|By|\{(record|shard|lease|event)\})$/);
      const ending = endings[unit as keyof typeof endings] as string | RegExp | undefined;
      if (ending) expect(metric).to.match(new RegExp(ending));
    }
  });

  it('should know none where the name of another metric says nothing', () => {
    for (const metric of ['orders_total', 'seconds', 'a_seconds_b', 'toString']) expect(unitOf(metric)).to.be.undefined;
  });
});

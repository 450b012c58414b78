import { AggregationTemporality, InstrumentType } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { forgetGauges } from '../../../src/metrics/opentelemetry/forgetGauges.ts';

const { CUMULATIVE, DELTA } = AggregationTemporality;

class Exporter {
  readonly counters = DELTA;

  selectAggregationTemporality(type: InstrumentType): AggregationTemporality {
    return type === InstrumentType.COUNTER ? this.counters : CUMULATIVE;
  }
}

describe('forgetGauges', () => {
  it('should return the same object, which chooses delta for observable gauges and what it chose for all else', () => {
    const exporter = new Exporter();
    expect(forgetGauges(exporter)).to.equal(exporter);
    const chosen = Object.values(InstrumentType).filter(
      (type) => exporter.selectAggregationTemporality(type) === DELTA,
    );
    expect(chosen).to.have.members([InstrumentType.COUNTER, InstrumentType.OBSERVABLE_GAUGE]);
  });

  it('should choose cumulative for all else where nothing was chosen', () => {
    const exporter: Partial<Exporter> = forgetGauges({});
    const chosen = Object.values(InstrumentType).filter(
      (type) => exporter.selectAggregationTemporality!(type) !== CUMULATIVE,
    );
    expect(chosen).to.deep.equal([InstrumentType.OBSERVABLE_GAUGE]);
  });
});

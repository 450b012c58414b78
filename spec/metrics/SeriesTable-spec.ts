import { expect } from 'chai';
import { SeriesTable } from '../../src/metrics/SeriesTable.ts';

let made: string[];

const newTable = () => {
  made = [];
  return new SeriesTable((metric, labels) => {
    made.push(`${metric} ${Object.values(labels).join()}`);
    return { isGone: false };
  });
};

describe('SeriesTable', () => {
  it('should find the same series for the same labels object, and for equal ones in whatever order', () => {
    const table = newTable();
    const labels = { a: '1', b: '2' };
    const series = table.find('metric', labels);
    expect(table.find('metric', labels)).to.equal(series);
    expect(table.find('metric', { a: '1', b: '2' })).to.equal(series);
    expect(table.find('metric', { b: '2', a: '1' })).to.equal(series);
    expect(made).to.deep.equal(['metric 1,2']);
  });

  it('should tell metrics and labels apart', () => {
    const table = newTable();
    const labels = { a: '1', b: '2' };
    const all = [
      table.find('metric', labels),
      table.find('other', labels),
      table.find('metric', { a: '1' }),
      table.find('metric', { a: '2', b: '1' }),
      table.find('metric', { a: '1","b":"2' }),
      table.find('metric', {}),
    ];
    expect(new Set(all).size).to.equal(6);
    expect([...table.all]).to.have.members(all);
  });

  it('should forget a removed series, by whichever equal labels it was removed', () => {
    const table = newTable();
    const labels = { a: '1' };
    const series = table.find('metric', labels);
    table.remove('other', labels);
    expect([...table.all]).to.deep.equal([series]);
    table.remove('metric', { a: '1' });
    expect(series.isGone).to.be.true;
    expect([...table.all]).to.be.empty;
  });

  it('should make one new series for those that find a removed one again', () => {
    const table = newTable();
    const labels = { a: '1' };
    const gone = table.find('metric', labels);
    table.remove('metric', labels);
    const again = table.find('metric', { a: '1' });
    expect(again).not.to.equal(gone);
    expect(table.find('metric', labels)).to.equal(again);
    expect([...table.all]).to.deep.equal([again]);
  });
});

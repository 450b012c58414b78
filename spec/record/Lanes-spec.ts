import { expect } from 'chai';
import { Lanes, type ProcessingOrder } from '../../src/record/Lanes.ts';
import { recordFactory } from '../../src/testing/recordFactory.ts';

function lanesOf(order: ProcessingOrder, ...data: string[]) {
  const make = recordFactory();
  const lanes = new Lanes<string>(order);
  const add = (name: string) => lanes.add(make(name, { partitionKey: name.charAt(0) }));
  data.forEach(add);
  return { lanes, add };
}

describe('Lanes', () => {
  it('should hand out the first of each key, in the order in which they came', () => {
    const { lanes } = lanesOf('partitionKey', 'a1', 'a2', 'b1', 'c1', 'b2');
    expect(takeAll(lanes).map(nameOf)).to.deep.equal(['a1', 'b1', 'c1']);
    expect(lanes.take()).to.equal(undefined);
  });

  it('should hand out the next of a key when the one before it is done', () => {
    const { lanes, add } = lanesOf('partitionKey', 'a1', 'a2', 'b1', 'b2');
    const [a1, b1] = takeAll(lanes);
    lanes.done(b1!);
    add('a3');
    lanes.done(a1!);
    expect(takeAll(lanes).map(nameOf)).to.deep.equal(['b2', 'a2']);
  });

  it('should hand out a task once more before all others', () => {
    const { lanes } = lanesOf('none', 'a', 'b', 'c');
    const a = lanes.take()!;
    lanes.again(a);
    expect(takeAll(lanes).map(nameOf)).to.deep.equal(['a', 'b', 'c']);
    lanes.again(a);
    expect(takeAll(lanes)).to.deep.equal([a]);
  });

  it('should hand out everything where there is no order to keep', () => {
    expect(takeAll(lanesOf('none', 'a1', 'a2', 'a3').lanes).map(nameOf)).to.deep.equal(['a1', 'a2', 'a3']);
  });

  it('should count what is not done, handed out or not', () => {
    const { lanes } = lanesOf('partitionKey', 'a1', 'a2', 'b1');
    const [a1] = takeAll(lanes);
    expect(lanes.size).to.equal(3);
    lanes.done(a1!);
    expect(lanes.size).to.equal(2);
  });

  it('should hand out nothing after it was cleared', () => {
    const { lanes } = lanesOf('partitionKey', 'a', 'b');
    lanes.clear();
    expect(takeAll(lanes)).to.deep.equal([]);
  });
});

function takeAll<T>(lanes: Lanes<T>) {
  const tasks = [];
  for (let task = lanes.take(); task; task = lanes.take()) tasks.push(task);
  return tasks;
}

const nameOf = ({ record }: { readonly record: { readonly data: string } }) => record.data;

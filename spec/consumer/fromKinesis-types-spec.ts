import { expect } from 'chai';
import type { Observable } from 'rxjs';
import { json } from '../../src/codec/json.ts';
import { fromKinesis } from '../../src/consumer/fromKinesis.ts';
import type { KinesisRecord } from '../../src/record/KinesisRecord.ts';

interface Order {
  readonly total: number;
}

describe('fromKinesis, its types', () => {
  it('should have the data of its codec, and bytes without one', () => {
    const orders: Observable<KinesisRecord<Order>> = fromKinesis('orders', { codec: json<Order>() });
    const bytes: Observable<KinesisRecord> = fromKinesis('orders', {});
    // @ts-expect-error -- nothing makes an order of the bytes
    const wrong = fromKinesis<Order>('orders', {});

    expect([orders, bytes, wrong]).to.have.lengthOf(3);
  });
});

/** What all processes of a run go by. */
export const STREAM = 'orders';
export const REGION = 'us-east-1';
export const CREDENTIALS = { accessKeyId: 'chaos', secretAccessKey: 'chaos' };
export const LEASE_MS = 3_000;
export const SCAN_MS = 500;

export type StoreKind = 'redis' | 'dynamodb';

export interface Order {
  readonly id: number;
  readonly customerId: string;
}

/** What a worker is told. */
export interface WorkerTask {
  readonly workerId: string;
  readonly kinesis: string;
  readonly store: { readonly kind: StoreKind; readonly url: string };
  readonly journalPath: string;
}

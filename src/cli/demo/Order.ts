/** The value of a record of the demo. */
export interface Order {
  /** From 0, in the order of writing. */
  readonly id: number;
  /** The partition key. */
  readonly customer: string;
  /** The how-many-th order of the customer it is, from 1. */
  readonly sequence: number;
}

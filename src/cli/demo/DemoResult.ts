/** What came of a demo. */
export interface DemoResult {
  /** Distinct records in the stream. */
  readonly written: number;
  /** Times that the handler was done with a record. */
  readonly delivered: number;
  /** Distinct records among those. */
  readonly distinct: number;
  readonly redelivered: number;
  /** Records that were to be written and were never handled. */
  readonly lost: number;
  /** Deliveries before which another of the same key should have come. */
  readonly outOfOrder: number;
  /** Most records between the source and their checkpoint operator at a time. */
  readonly maxInFlight: number;
  /** Of the whole process, the Kinesis in it included. */
  readonly peakRssBytes: number;
  readonly seconds: number;
}

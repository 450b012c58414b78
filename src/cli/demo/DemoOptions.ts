/** What the demo does, checked. */
export interface DemoOptions {
  readonly records: number;
  readonly shards: number;
  readonly seed: number;
}

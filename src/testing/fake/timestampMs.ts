/** A timestamp of a request in milliseconds: a Date from the SDK, seconds since 1970 from the wire. */
export const timestampMs = (value: Date | number): number =>
  typeof value === 'number' ? Math.round(value * 1_000) : value.getTime();

/** The sample rate as it stands in a line: nothing for 1; digits and dots, as npm statsd reads no exponent. */
export function formatRate(rate: number): string {
  if (rate >= 1) return '';
  return `|@${rate < 1e-6 ? rate.toFixed(20) : String(rate)}`;
}

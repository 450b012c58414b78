/**
 * The key of the hash that holds all leases of a stream: `prefix{application:stream}`.
 *
 * What stands between the braces decides the slot in a cluster. Both names are percent-encoded, so that neither contains `:`, `{` or `}`: two
 * pairs of names never share a key.
 */
export function streamKey(prefix: string, application: string, streamName: string): string {
  return `${prefix}{${encodeURIComponent(application)}:${encodeURIComponent(streamName)}}`;
}

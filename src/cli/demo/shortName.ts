/** `shardId-000000000004` as `4`. */
export function shortName(shardId: string): string {
  return shardId.replace(/^shardId-0*(?=\d)/, '');
}

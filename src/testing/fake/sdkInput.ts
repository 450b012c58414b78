/** An input as the SDK would put it on the wire: blobs that were given as text become bytes. */
export function sdkInput(input: object): object {
  const { Data, Records } = input as { readonly Data?: unknown; readonly Records?: unknown };
  if (typeof Data === 'string') return { ...input, Data: Buffer.from(Data) };
  if (!Array.isArray(Records) || !Records.some(isText)) return input;
  return { ...input, Records: Records.map((entry: object) => (isText(entry) ? sdkInput(entry) : entry)) };
}

const isText = (entry: unknown) =>
  typeof entry === 'object' && entry !== null && typeof (entry as { Data?: unknown }).Data === 'string';

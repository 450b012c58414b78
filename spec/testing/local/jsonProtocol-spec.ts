import { expect } from 'chai';
import fc from 'fast-check';
import { decodeInput } from '../../../src/testing/local/jsonProtocol.ts';
import { readFlatBody } from '../../../src/testing/local/readFlatBody.ts';

const REFUSED = 'SerializationException';
const BASE64 = /^[\w+/-]*={0,2}$/;

function decoded(body: Buffer): unknown {
  try {
    return decodeInput(Buffer.from(body));
  } catch (error) {
    return (error as Error).name;
  }
}

/** The same, by the parser of JSON alone. */
function parsed(body: Buffer): unknown {
  try {
    const input = JSON.parse(body.toString()) as Record<string, unknown> | null;
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return REFUSED;
    for (const each of Array.isArray(input.Records) ? (input.Records as unknown[]) : [input]) {
      const holder = each as { Data?: unknown } | null;
      if (typeof holder?.Data === 'string') holder.Data = bytesOf(holder.Data);
    }
    return input;
  } catch {
    return REFUSED;
  }
}

function bytesOf(base64: string): Buffer {
  if (base64.length % 4 !== 0 || !BASE64.test(base64)) throw new RangeError('no base64');
  return Buffer.from(base64, 'base64');
}

const space = fc.constantFrom('', '', '', ' ', '\n\t\r ');
const base64 = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const text = fc.oneof(
  { weight: 6, arbitrary: base64 },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('"Data":"AAAA"', 'A===', '=A==', '====', 'AA\n=', 'a-_+', '\u0001', 'é', '}]'),
  },
);
const escaped = (plain: string) =>
  `"${Array.from({ length: plain.length }, (_, at) => `\\u${plain.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
const quoted = fc
  .tuple(text, fc.integer({ min: 0, max: 20 }))
  .map(([plain, how]) => (how === 0 ? escaped(plain) : how === 1 ? `"${plain}"` : JSON.stringify(plain)));
const odd = fc.constantFrom('null', '1', 'true', '[]', '{}', '{"Data":"AAAA"}', '["AAAA"]', '', '"\\u0044ata"');
const value = fc.oneof({ weight: 20, arbitrary: quoted }, { weight: 1, arbitrary: odd });
const ENTRY_NAMES = ['"Data"', '"PartitionKey"', '"ExplicitHashKey"'];
const ODD_NAMES = ['"Other"', '"Records"', '"StreamName"', '"Dat\\u0061"', '"__proto__"', '"Data', '""'];
const nameOf = (usual: string[]) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...ODD_NAMES) },
  );

const objectOf = (names: fc.Arbitrary<string>, values: fc.Arbitrary<string>, isUnique: boolean) => {
  const member = fc.tuple(names, values, space, space);
  const members = isUnique
    ? fc.uniqueArray(member, { maxLength: 4, selector: ([name]) => name })
    : fc.array(member, { maxLength: 4 });
  return members
    .map((each) => each.map(([name, text, one, two]) => `${one}${name}${two}:${one}${text}${two}`).join(','))
    .chain((inner) => space.map((between) => `{${inner}${between}}`));
};
const entry = fc.boolean().chain((isUnique) => objectOf(nameOf(ENTRY_NAMES), value, isUnique));
const list = fc.tuple(fc.array(entry, { maxLength: 5 }), space).map(([each, one]) => `[${one}${each.join(`${one},`)}]`);
const top = fc
  .tuple(objectOf(nameOf(['"StreamName"', '"StreamARN"', '"Data"', '"PartitionKey"']), value, true), list, space)
  .chain(([object, records, one]) => {
    const inner = object.slice(1, -1).trim();
    const member = `"Records"${one}:${one}${records}`;
    return fc.constantFrom(
      `{${member}}`,
      `${one}{"StreamName":"orders",${member}${one}}${one}`,
      `{${inner === '' ? '' : `${inner},`}${member}}`,
      `{${member}${inner === '' ? '' : `,${inner}`}}`,
      `{${member},${member}}`,
      `{"Other":{${member}},"Records":[]}`,
      object,
      records,
    );
  });

/** What a reader that is content with less would get wrong, and chance seldom finds. */
const TELLING = [
  '{"Records":[]} 1',
  '{"Records":[{"Records":[{"Data":"AAAA"}]}]}',
  '{"Records":[{"Data":"AA"},{"Data":"AA"}]}',
];

describe('decodeInput', () => {
  it('should give what the parser of JSON and a decoder of base64 give, and refuse what they refuse', () => {
    let flat = 0;
    let right = 0;
    fc.assert(
      fc.property(top, (json) => {
        const body = Buffer.from(json);
        const expected = parsed(body);
        expect(decoded(body)).to.deep.equal(expected);
        if (expected !== REFUSED) right += 1;
        if (readFlatBody(body)) flat += 1;
      }),
      { numRuns: 2_000, examples: TELLING.map((json) => [json]) },
    );

    // It is no proof unless both ways of reading were gone, and for many requests that are right.
    expect(flat).to.be.within(200, 1_800);
    expect(right).to.be.above(200);
  });

  it('should do so for a request that is cut short or has a wrong byte', () => {
    fc.assert(
      fc.property(top, fc.nat(), fc.integer({ min: 0, max: 255 }), (json, place, byte) => {
        const whole = Buffer.from(json);
        const at = place % whole.length;
        expect(decoded(whole.subarray(0, at))).to.deep.equal(parsed(whole.subarray(0, at)));
        whole[at] = byte;
        expect(decoded(whole)).to.deep.equal(parsed(whole));
      }),
      { numRuns: 2_000 },
    );
  });

  it('should decode blobs that are longer than what is decoded at a time', () => {
    const sizes = [0, 1, 70_000, 2, 48 * 1024, 3, 300_000, 0, 5];
    const entries = sizes.map((size, index) => ({
      PartitionKey: `ключ-${index}`,
      Data: Buffer.from(Array.from({ length: size }, (_, at) => (at * 7 + index) % 251)),
    }));
    const Records = entries.map(({ PartitionKey, Data }) => ({ Data: Data.toString('base64'), PartitionKey }));

    const input = decodeInput(Buffer.from(JSON.stringify({ Records, StreamName: 'orders' })));

    expect((input as { Records: { Data: Buffer }[] }).Records.map(({ Data }) => Data.toString('hex'))).to.deep.equal(
      entries.map(({ Data }) => Data.toString('hex')),
    );
    expect(input).to.have.nested.property('Records[8].PartitionKey', 'ключ-8');
  });
});

import { expect } from 'chai';
import { type Emulator, startFake, startKinesalite, startKinesisLocal, startLocal } from './emulators.ts';
import { KNOWN_FAULTS } from './knownFaults.ts';
import { SCRIPTS } from './scripts.ts';
import { Session } from './Session.ts';

const OTHERS = { LocalKinesis: startLocal, 'kinesis-local': startKinesisLocal, kinesalite: startKinesalite };

const streamOf = (script: string) => script.replaceAll(/[^a-z]+/g, '-');

async function answersOf(emulator: Emulator, script: string): Promise<ReadonlyMap<string, unknown>> {
  const session = new Session(emulator.send);
  await SCRIPTS[script]!(session, streamOf(script));
  return session.answers;
}

for (const [name, start] of Object.entries(OTHERS)) {
  describe(`FakeKinesis and ${name}`, function () {
    this.timeout(60_000);
    let fake: Emulator;
    let other: Emulator;

    before(async () => {
      [fake, other] = await Promise.all([startFake(), start()]);
    });

    after(async () => {
      await Promise.all([fake.stop(), other.stop()]);
    });

    for (const script of Object.keys(SCRIPTS)) {
      it(`should answer alike where ${script}`, async () => {
        const [ours, theirs] = [await answersOf(fake, script), await answersOf(other, script)];
        const faults = KNOWN_FAULTS.filter((fault) => fault.emulator === name && fault.script === script);
        for (const { label, reason } of faults) {
          expect(theirs.get(label), `no longer a fault of ${name}: ${label} (${reason})`).not.to.deep.equal(
            ours.get(label),
          );
        }
        const excused = new Set(faults.map(({ label }) => label));
        const compared = (answers: ReadonlyMap<string, unknown>) =>
          Object.fromEntries([...answers].filter(([label]) => !excused.has(label)));
        expect(compared(theirs)).to.deep.equal(compared(ours));
      });
    }
  });
}

describe('the table of known faults', () => {
  it('should name only scripts that are run, each fault once, and none of ours', () => {
    const keys = KNOWN_FAULTS.map(({ emulator, script, label }) => `${emulator}, ${script}, ${label}`);

    expect(new Set(keys).size).to.equal(keys.length);
    expect(KNOWN_FAULTS.filter(({ script }) => !Object.hasOwn(SCRIPTS, script))).to.deep.equal([]);
    expect(KNOWN_FAULTS.map(({ emulator }) => emulator)).not.to.include('LocalKinesis');
  });
});

import type { Snapshot } from './Snapshot.ts';

/** Where a demo shows what happens. */
export interface DemoView {
  /** Something worth a line that stays. */
  note(seconds: number, text: string): void;
  /** How far it is, some times a second. */
  show(snapshot: Snapshot): void;
  /** Nothing more comes. */
  close(): void;
}

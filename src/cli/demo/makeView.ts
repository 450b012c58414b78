import type { DemoView } from './DemoView.ts';
import { PlainView } from './PlainView.ts';
import { TerminalView } from './TerminalView.ts';

/** Live where there is a terminal, else plain lines; nothing at all where only the result is wanted. */
export function makeView(isSilent: boolean): DemoView {
  if (isSilent) return SILENT;
  return process.stdout.isTTY && process.env.TERM !== 'dumb' ? new TerminalView() : new PlainView();
}

const SILENT: DemoView = {
  note: () => undefined,
  show: () => undefined,
  close: () => undefined,
};

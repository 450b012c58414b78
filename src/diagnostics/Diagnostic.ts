import type { ConsumerDiagnostic } from './ConsumerDiagnostic.ts';
import type { ProducerDiagnostic } from './ProducerDiagnostic.ts';

/** Everything that happens in the library, as one stream of typed events. Metrics and logs are functions of them. */
export type Diagnostic = ConsumerDiagnostic | ProducerDiagnostic;

/** Called with each event, in the order in which they happen. What it throws is reported once and reaches nobody else. */
export type DiagnosticListener = (diagnostic: Diagnostic) => void;

import type { ConsumerDiagnostic } from './ConsumerDiagnostic.ts';
import type { ProducerDiagnostic } from './ProducerDiagnostic.ts';

/** Everything that happens in the library, as one stream of typed events. Metrics and logs are functions of them. */
export type Diagnostic = ConsumerDiagnostic | ProducerDiagnostic;

/**
 * Called with each event, in the order in which they happen, and an object that is the same for all events of one subscription to a source or
 * sink. What it throws is reported once and reaches nobody else.
 */
export type DiagnosticListener = (diagnostic: Diagnostic, subscription: object) => void;

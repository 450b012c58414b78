package software.amazon.kinesis.coordinator;

import software.amazon.kinesis.common.ConfigsBuilder;

/** A scheduler that lists the shards at once where the table is empty: the KCL's own waits up to 30 s first, in case others do it. */
public final class PromptScheduler extends Scheduler {
    public PromptScheduler(
            ConfigsBuilder configs,
            CoordinatorConfig coordinator,
            software.amazon.kinesis.leases.LeaseManagementConfig leases,
            software.amazon.kinesis.metrics.MetricsConfig metrics,
            software.amazon.kinesis.processor.ProcessorConfig processor,
            software.amazon.kinesis.retrieval.RetrievalConfig retrieval) {
        super(configs.checkpointConfig(), coordinator, leases, configs.lifecycleConfig(), metrics, processor, retrieval);
    }

    @Override
    boolean shouldInitiateLeaseSync() {
        return true;
    }
}

package kcl;

import static kcl.Lines.say;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/** Prints the records of a shard and checkpoints after each batch, until the worker has had as many as it may have. */
final class Printer implements ShardRecordProcessor {
    private final AtomicInteger left;
    private String shardId = "";

    Printer(AtomicInteger left) {
        this.left = left;
    }

    @Override
    public void initialize(InitializationInput input) {
        shardId = input.shardId();
        say(
                "lease",
                shardId,
                "initialized",
                input.extendedSequenceNumber().sequenceNumber(),
                input.extendedSequenceNumber().subSequenceNumber());
    }

    @Override
    public void processRecords(ProcessRecordsInput input) {
        KinesisClientRecord last = null;
        for (KinesisClientRecord record : input.records()) {
            if (left.getAndDecrement() <= 0) break;
            String data = StandardCharsets.UTF_8.decode(record.data()).toString();
            say("record", shardId, record.sequenceNumber(), record.subSequenceNumber(), record.partitionKey(), data);
            last = record;
        }
        if (last == null) return;
        try {
            input.checkpointer().checkpoint(last.sequenceNumber(), last.subSequenceNumber());
            say("checkpoint", shardId, last.sequenceNumber(), last.subSequenceNumber());
        } catch (Exception error) {
            say("failed", shardId, error);
        }
    }

    @Override
    public void leaseLost(LeaseLostInput input) {
        say("lease", shardId, "lost");
    }

    @Override
    public void shardEnded(ShardEndedInput input) {
        try {
            input.checkpointer().checkpoint();
            say("lease", shardId, "ended");
        } catch (Exception error) {
            say("failed", shardId, error);
        }
    }

    @Override
    public void shutdownRequested(ShutdownRequestedInput input) {
        say("lease", shardId, "stopping");
    }
}

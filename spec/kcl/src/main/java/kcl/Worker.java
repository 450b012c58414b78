package kcl;

import static kcl.Lines.say;

import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.PromptScheduler;
import software.amazon.kinesis.metrics.NullMetricsFactory;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/** A KCL worker as its environment says. It stops gracefully when its input ends or has a line. */
public final class Worker {
    private static final long SCAN_MS = 500;

    private Worker() {}

    public static void main(String[] args) throws Exception {
        String stream = System.getenv("STREAM");
        Region region = Region.of(System.getenv("AWS_REGION"));
        var http = NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1).build();
        var kinesis = KinesisAsyncClient.builder()
                .endpointOverride(URI.create(System.getenv("KINESIS_ENDPOINT")))
                .region(region)
                .httpClient(http)
                .build();
        var dynamo = DynamoDbAsyncClient.builder()
                .endpointOverride(URI.create(System.getenv("DYNAMODB_ENDPOINT")))
                .region(region)
                .httpClient(http)
                .build();
        // Nothing is sent by it: the metrics go nowhere.
        var cloudWatch = CloudWatchAsyncClient.builder().region(region).httpClient(http).build();

        var left = new AtomicInteger(number("LIMIT", Integer.MAX_VALUE));
        var configs = new ConfigsBuilder(
                stream,
                System.getenv("APPLICATION"),
                kinesis,
                dynamo,
                cloudWatch,
                System.getenv("WORKER_ID"),
                () -> new Printer(left));
        var start = InitialPositionInStreamExtended.newInitialPosition(
                InitialPositionInStream.valueOf(System.getenv("INITIAL_POSITION")));
        var leases = configs.leaseManagementConfig()
                .initialPositionInStream(start)
                .failoverTimeMillis(2_000)
                .maxLeasesToStealAtOneTime(4)
                .shardSyncIntervalMillis(SCAN_MS);
        var coordinator = configs.coordinatorConfig()
                .parentShardPollIntervalMillis(SCAN_MS)
                .shardConsumerDispatchPollIntervalMillis(100);
        var metrics = configs.metricsConfig().metricsFactory(new NullMetricsFactory());
        var polling = new PollingConfig(stream, kinesis)
                .maxRecords(20)
                .idleTimeBetweenReadsInMillis(250);
        var retrieval = configs.retrievalConfig()
                .initialPositionInStreamExtended(start)
                .retrievalSpecificConfig(polling)
                .listShardsBackoffTimeInMillis(SCAN_MS);
        var processor = configs.processorConfig();
        var scheduler = new PromptScheduler(configs, coordinator, leases, metrics, processor, retrieval);

        var thread = new Thread(scheduler, "scheduler");
        thread.setDaemon(true);
        thread.start();
        System.in.read();
        say("stopping");
        boolean isGraceful = scheduler.startGracefulShutdown().get(20, TimeUnit.SECONDS);
        say("stopped", isGraceful);
        Runtime.getRuntime().halt(0);
    }

    private static int number(String name, int otherwise) {
        String given = System.getenv(name);
        return given == null ? otherwise : Integer.parseInt(given);
    }
}

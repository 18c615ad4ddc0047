package path;

import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** Runs one workload on Kafka Streams: the Java twin of bench/path/app, told by the same environment variables. */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        KafkaStreams streams = new KafkaStreams(Workloads.topology(env("WORKLOAD")), settings());
        CountDownLatch ended = new CountDownLatch(1);
        boolean[] told = new boolean[1];
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING && !told[0]) {
                told[0] = true;
                System.out.println("running");
            }
            if (now.hasCompletedShutdown()) {
                ended.countDown();
            }
        });
        boolean[] failed = new boolean[1];
        streams.setUncaughtExceptionHandler(e -> {
            failed[0] = true;
            e.printStackTrace();
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        // Ended by a signal, the JVM would exit with the signal's code; halting says how the application went.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            streams.close();
            Runtime.getRuntime().halt(failed[0] ? 1 : 0);
        }));
        streams.setGlobalStateRestoreListener(new Restores());
        streams.start();
        ended.await();
        if (failed[0]) {
            Runtime.getRuntime().halt(1);
        }
    }

    /** Kafka Streams' defaults but for what all contestants share. */
    private static Properties settings() {
        Properties p = new Properties();
        p.put(StreamsConfig.APPLICATION_ID_CONFIG, env("APPLICATION"));
        p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, env("BOOTSTRAP"));
        p.put(StreamsConfig.STATE_DIR_CONFIG, env("STATE"));
        p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, env("THREADS"));
        p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, env("GUARANTEE"));
        p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, env("COMMIT_MS"));
        // What streamgen's stores may use by default: Kafka Streams' own default is 10 MiB.
        p.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 64L << 20);
        p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), env("LINGER_MS"));
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), env("BATCH_BYTES"));
        p.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 128L << 20);
        p.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), env("COMPRESSION"));
        return p;
    }

    static String env(String name) {
        String value = System.getenv("BENCH_" + name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("BENCH_" + name + " is missing from the environment; bench/path starts this program");
        }
        return value;
    }
}

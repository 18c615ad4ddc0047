package oracle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Kafka Streams itself on a broker, for what TopologyTestDriver cannot show: where records are put, and what one commit makes of
 * many updates, and how another takes over. Three requests: {@code live BOOTSTRAP APPLICATION FOLDER GUARANTEE} with the lines of a
 * topology starts it, {@code processed} answers how many records it has processed, {@code close} ends it. At least once it commits
 * when it is closed and never before. Its session ends soon: as Kafka Streams has it, a member that closes does not leave the group.
 */
final class Live {
  private KafkaStreams streams;
  private volatile Throwable failure;

  static boolean asked(List<String> block) {
    return block.size() == 1 && (block.get(0).equals("processed") || block.get(0).equals("close")) || block.get(0).startsWith("live ");
  }

  String answer(List<String> block) throws Exception {
    switch (block.get(0)) {
      case "processed":
        return Long.toString(processed());
      case "close":
        boolean ended = streams.close(Duration.ofSeconds(60));
        fail();
        if (!ended) throw new IllegalStateException("it did not close");
        return "closed";
      default:
        start(block.get(0).split(" "), block.subList(1, block.size()));
        return "running";
    }
  }

  private void start(String[] words, List<String> lines) throws Exception {
    List<Line> topology = new ArrayList<>();
    for (String line : lines) topology.add(new Line(line));
    Properties p = new Properties();
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, words[1]);
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, words[2]);
    p.put(StreamsConfig.STATE_DIR_CONFIG, words[3]);
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, words[4]);
    if (words[4].equals(StreamsConfig.AT_LEAST_ONCE)) p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Duration.ofHours(1).toMillis());
    p.put(StreamsConfig.REPARTITION_PURGE_INTERVAL_MS_CONFIG, Duration.ofHours(1).toMillis());
    p.put(StreamsConfig.POLL_MS_CONFIG, 20);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 50);
    p.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6000);
    p.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0);
    streams = new KafkaStreams(Build.topology(topology), p);
    failure = null;
    CountDownLatch running = new CountDownLatch(1);
    streams.setStateListener((now, before) -> {
      if (now == KafkaStreams.State.RUNNING || now.hasCompletedShutdown()) running.countDown();
    });
    streams.setUncaughtExceptionHandler(e -> {
      failure = e;
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    });
    streams.start();
    if (!running.await(60, TimeUnit.SECONDS)) throw new IllegalStateException("it is " + streams.state() + " after a minute");
    fail();
  }

  private long processed() throws Exception {
    fail();
    return streams.metrics().values().stream()
        .filter(m -> m.metricName().name().equals("process-total") && m.metricName().group().equals("stream-thread-metrics"))
        .mapToLong(m -> ((Number) m.metricValue()).longValue()).sum();
  }

  private void fail() throws Exception {
    if (failure != null) throw new IllegalStateException("the application failed", failure);
  }
}

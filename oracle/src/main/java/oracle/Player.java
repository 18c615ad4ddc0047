package oracle;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import oracle.twin.Twins;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.test.TestRecord;

/** Plays one case on a TopologyTestDriver and writes what it gives. */
public final class Player {
  /** Every mode's application id, so that names of internal topics are equal. */
  public static final String APPLICATION = "o";

  /** Of the few stores that lie on disk; the process's own. */
  private static final String STATE = temporary();

  private final StringBuilder out;
  private TopologyTestDriver driver;
  private long wallClock; // the driver's, epoch milliseconds
  private final Map<String, TestInputTopic<byte[], byte[]>> inputs = new HashMap<>();
  private final Map<String, TestOutputTopic<byte[], byte[]>> outputs = new TreeMap<>();

  Player(StringBuilder out) { this.out = out; }

  void play(List<String> block) {
    Properties p = new Properties();
    int at = block.indexOf("script");
    Topology t = topology(block.subList(1, at), p);
    out.append("describe\n");
    for (String l : t.describe().toString().stripTrailing().split("\n")) out.append("|").append(l).append('\n');
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    p.put(StreamsConfig.STATE_DIR_CONFIG, STATE);
    // What applications have; the driver alone sets it to 0.
    p.put(StreamsConfig.InternalConfig.EMIT_INTERVAL_MS_KSTREAMS_OUTER_JOIN_SPURIOUS_RESULTS_FIX, 1000L);
    p.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG, org.apache.kafka.streams.state.BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
    try (TopologyTestDriver d = new TopologyTestDriver(t, p, Instant.ofEpochMilli(0))) {
      driver = d;
      out.append("script\n");
      read(-1);
      for (int step = 0; ++at < block.size(); step++) {
        step(block.get(at));
        read(step);
      }
      stores();
    }
  }

  /** The lines of a topology, or the one line {@code program NAME}. */
  private Topology topology(List<String> lines, Properties p) {
    if (lines.get(0).startsWith("program ")) return Twins.topology(lines.get(0).substring("program ".length()), () -> wallClock, p);
    List<Line> topology = new ArrayList<>();
    for (String line : lines) topology.add(new Line(line));
    return Build.topology(topology);
  }

  private static String temporary() {
    try {
      Path dir = Files.createTempDirectory("oracle");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {
        try (Stream<Path> all = Files.walk(dir)) {
          all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }));
      return dir.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void step(String text) {
    String[] w = text.split(" ");
    if (w[0].equals("advance")) {
      long by = Long.parseLong(w[1]);
      wallClock += by;
      driver.advanceWallClockTime(Duration.ofMillis(by));
      return;
    }
    // pipe topic key value @timestamp [header=value …]
    RecordHeaders headers = new RecordHeaders();
    for (int i = 5; i < w.length; i++) {
      int eq = w[i].indexOf('=');
      headers.add(w[i].substring(0, eq), Bytes.parse(w[i].substring(eq + 1)));
    }
    inputs.computeIfAbsent(w[1], topic -> driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer()))
        .pipeInput(new TestRecord<>(Bytes.parse(w[2]), Bytes.parse(w[3]), headers, Long.parseLong(w[4].substring(1))));
  }

  /** Takes all that was written since the last look, changelogs and repartition topics included. */
  private void read(int step) {
    for (String topic : new TreeSet<>(driver.producedTopicNames())) {
      TestOutputTopic<byte[], byte[]> o =
          outputs.computeIfAbsent(topic, name -> driver.createOutputTopic(name, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
      while (!o.isEmpty()) {
        TestRecord<byte[], byte[]> r = o.readRecord();
        out.append(step).append(' ').append(topic).append(' ').append(Bytes.show(r.key())).append(' ').append(Bytes.show(r.value()))
            .append(" @").append(r.timestamp()).append(headers(topic, r.headers())).append('\n');
      }
    }
  }

  /** Kafka Streams keeps the headers of the records on both sides of a stream-stream join, and never reads them. */
  private static String headers(String topic, Headers hs) {
    if (topic.endsWith("-join-store-changelog")) return "";
    StringBuilder s = new StringBuilder();
    for (Header h : hs) s.append(' ').append(h.key()).append('=').append(Bytes.show(h.value()));
    return s.toString();
  }

  private void stores() {
    for (Map.Entry<String, StateStore> e : new TreeMap<>(driver.getAllStateStores()).entrySet()) {
      out.append("store ").append(e.getKey()).append('\n');
      for (String row : Stores.rows(e.getValue())) out.append(row).append('\n');
    }
  }
}

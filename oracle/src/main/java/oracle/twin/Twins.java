package oracle.twin;

import java.util.Map;
import java.util.Properties;
import java.util.function.LongSupplier;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;

/** The examples of this repository as one writes them for Kafka Streams, by their names. */
public final class Twins {
  private Twins() {}

  /** A program: its topology, and the topic that what cannot be read goes to, if there is one. */
  private record Twin(Make make, String deadLetters) {}

  private interface Make { Topology topology(LongSupplier wallClock); }

  private static final Map<String, Twin> TABLE = Map.of(
      "avro", new Twin(clock -> Avro.topology(), null),
      "clicks", new Twin(clock -> Clicks.topology(), null),
      "wordcount", new Twin(clock -> WordCount.topology(), null),
      "flights", new Twin(clock -> Flights.topology(), null),
      "fraud", new Twin(clock -> Fraud.topology(), "orders-unreadable"),
      "orders", new Twin(Orders::topology, "raw-orders-unreadable"));

  /** The topology, and into p what else of the program is configuration in Kafka Streams. */
  public static Topology topology(String name, LongSupplier wallClock, Properties p) {
    Twin t = TABLE.get(name);
    if (t == null) throw new IllegalArgumentException("no program " + name);
    if (t.deadLetters != null) {
      p.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueExceptionHandler.class);
      p.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, LogAndContinueProcessingExceptionHandler.class);
      p.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, t.deadLetters);
    }
    return t.make.topology(wallClock);
  }
}

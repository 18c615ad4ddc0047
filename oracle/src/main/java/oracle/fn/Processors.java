package oracle.fn;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/** Processors, as fn/processor.go; each gets the names of its stores. */
public final class Processors {
  private Processors() {}

  public interface Make { ProcessorSupplier<Object, Object, Object, Object> with(String store); }

  private static final Map<String, Make> TABLE = Map.of(
      "running", store -> () -> new Running(store),
      "wall", store -> () -> new Ticking(store, PunctuationType.WALL_CLOCK_TIME),
      "ticking", store -> () -> new Ticking(store, PunctuationType.STREAM_TIME),
      "stamped", store -> () -> new Stamped(store),
      "recent", store -> () -> new Recent(store));

  public static Make of(String name) { return Fn.find(TABLE, "processor", name); }

  private abstract static class Base implements Processor<Object, Object, Object, Object> {
    ProcessorContext<Object, Object> ctx;

    @Override public void init(ProcessorContext<Object, Object> c) { ctx = c; }
  }

  /** Keeps a running sum per key, forgets it at a null value. */
  private static final class Running extends Base {
    private final String name;

    Running(String name) { this.name = name; }

    @Override public void process(Record<Object, Object> r) {
      KeyValueStore<Object, Long> s = ctx.getStateStore(name);
      if (r.key() == null) {
        ctx.forward(r);
        return;
      }
      if (r.value() == null) {
        s.delete(r.key());
        ctx.forward(r);
        return;
      }
      Long old = s.get(r.key());
      long sum = (old == null ? 0 : old) + (Long) r.value();
      s.put(r.key(), sum);
      ctx.forward(r.withValue(sum));
    }
  }

  /** Keeps the last value per key and forwards all of them each 100 ms. */
  private static final class Ticking extends Base {
    private final String name;
    private final PunctuationType type;

    Ticking(String name, PunctuationType type) {
      this.name = name;
      this.type = type;
    }

    @Override public void init(ProcessorContext<Object, Object> c) {
      super.init(c);
      c.schedule(Duration.ofMillis(100), type, now -> {
        KeyValueStore<Object, Object> s = ctx.getStateStore(name);
        try (KeyValueIterator<Object, Object> it = s.all()) {
          while (it.hasNext()) {
            KeyValue<Object, Object> kv = it.next();
            ctx.forward(new Record<>(kv.key, kv.value, now));
          }
        }
      });
    }

    @Override public void process(Record<Object, Object> r) {
      if (r.key() == null) return;
      KeyValueStore<Object, Object> s = ctx.getStateStore(name);
      if (r.value() == null) s.delete(r.key());
      else s.put(r.key(), r.value());
    }
  }

  /** Keeps values by a time of their own and forwards those that are replaced, and each 100 ms all. */
  private static final class Stamped extends Base {
    private final String name;

    Stamped(String name) { this.name = name; }

    @Override public void init(ProcessorContext<Object, Object> c) {
      super.init(c);
      c.schedule(Duration.ofMillis(100), PunctuationType.WALL_CLOCK_TIME, now -> {
        TimestampedKeyValueStore<Object, Object> s = ctx.getStateStore(name);
        try (KeyValueIterator<Object, ValueAndTimestamp<Object>> it = s.all()) {
          while (it.hasNext()) {
            KeyValue<Object, ValueAndTimestamp<Object>> kv = it.next();
            ctx.forward(new Record<>(kv.key, kv.value.value(), kv.value.timestamp()));
          }
        }
      });
    }

    @Override public void process(Record<Object, Object> r) {
      if (r.key() == null) return;
      TimestampedKeyValueStore<Object, Object> s = ctx.getStateStore(name);
      ValueAndTimestamp<Object> old = s.get(r.key());
      if (old != null) ctx.forward(r.withValue(old.value()).withTimestamp(old.timestamp()));
      if (r.value() == null) s.delete(r.key());
      else s.put(r.key(), ValueAndTimestamp.make(r.value(), r.timestamp() + 30));
    }
  }

  /** Puts each value at its time and forwards the sum of the key's values of the last 100 ms. */
  private static final class Recent extends Base {
    private final String name;

    Recent(String name) { this.name = name; }

    @Override public void process(Record<Object, Object> r) {
      if (r.key() == null || r.value() == null) return;
      WindowStore<Object, Long> s = ctx.getStateStore(name);
      s.put(r.key(), (Long) r.value(), r.timestamp());
      long sum = 0;
      try (WindowStoreIterator<Long> it = s.fetch(r.key(), Math.max(0, r.timestamp() - 100), r.timestamp())) {
        while (it.hasNext()) sum += it.next().value;
      }
      ctx.forward(r.withValue(sum));
    }
  }
}

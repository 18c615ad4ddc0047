package oracle.fn;

import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** Processors that read global stores, as fn/global_store.go; each gets the name of the store. */
public final class Readers {
  private Readers() {}

  public interface Make { ProcessorSupplier<Object, Object, Object, Object> with(String store); }

  private static final Map<String, Make> TABLE = Map.of(
      "asking", store -> () -> new Asking(store),
      "listing", store -> () -> new Listing(store),
      "dating", store -> () -> new Dating(store));

  public static Make of(String name) { return Fn.find(TABLE, "reader", name); }

  private abstract static class Base implements Processor<Object, Object, Object, Object> {
    final String name;
    ProcessorContext<Object, Object> ctx;

    Base(String name) { this.name = name; }

    @Override public void init(ProcessorContext<Object, Object> c) { ctx = c; }
  }

  private static final class Asking extends Base {
    Asking(String name) { super(name); }

    @Override public void process(Record<Object, Object> r) {
      KeyValueStore<Object, Object> s = ctx.getStateStore(name);
      Object v = r.key() == null ? null : s.get(r.key());
      ctx.forward(v == null ? r : r.withValue(v));
    }
  }

  private static final class Listing extends Base {
    Listing(String name) { super(name); }

    @Override public void process(Record<Object, Object> r) {
      KeyValueStore<Object, Object> s = ctx.getStateStore(name);
      try (KeyValueIterator<Object, Object> it = r.value() == null && r.key() != null ? s.range(r.key(), r.key()) : s.all()) {
        while (it.hasNext()) {
          KeyValue<Object, Object> kv = it.next();
          ctx.forward(new Record<>(kv.key, kv.value, r.timestamp()));
        }
      }
    }
  }

  private static final class Dating extends Base {
    Dating(String name) { super(name); }

    @Override public void process(Record<Object, Object> r) {
      TimestampedKeyValueStore<Object, Object> s = ctx.getStateStore(name);
      ValueAndTimestamp<Object> v = r.key() == null ? null : s.get(r.key());
      ctx.forward(v == null ? r : r.withValue(v.value()).withTimestamp(v.timestamp()));
    }
  }
}

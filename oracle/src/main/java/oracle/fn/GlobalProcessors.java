package oracle.fn;

import java.util.ArrayList;
import java.util.List;
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

/** Processors that fill global stores, as fn/global_store.go; each gets the name of its store. */
public final class GlobalProcessors {
  private GlobalProcessors() {}

  public interface Make { ProcessorSupplier<Object, Object, Void, Void> with(String store); }

  private static final Map<String, Make> TABLE = Map.of(
      "keeping", store -> () -> new Keeping(store),
      "adding", store -> () -> new Adding(store),
      "dated", store -> () -> new Dated(store));

  public static Make of(String name) { return Fn.find(TABLE, "global processor", name); }

  private abstract static class Base implements Processor<Object, Object, Void, Void> {
    final String name;
    ProcessorContext<Void, Void> ctx;

    Base(String name) { this.name = name; }

    @Override public void init(ProcessorContext<Void, Void> c) { ctx = c; }
  }

  private static final class Keeping extends Base {
    Keeping(String name) { super(name); }

    @Override public void process(Record<Object, Object> r) {
      KeyValueStore<Object, Object> s = ctx.getStateStore(name);
      if (r.key() == null) return;
      if (r.value() == null) s.delete(r.key());
      else s.put(r.key(), r.value());
    }
  }

  /** A record without a key adds its value to all sums. */
  private static final class Adding extends Base {
    Adding(String name) { super(name); }

    @Override public void process(Record<Object, Object> r) {
      KeyValueStore<Object, Long> s = ctx.getStateStore(name);
      if (r.key() == null) {
        if (r.value() == null) return;
        List<KeyValue<Object, Long>> all = new ArrayList<>();
        try (KeyValueIterator<Object, Long> it = s.all()) {
          while (it.hasNext()) all.add(it.next());
        }
        for (KeyValue<Object, Long> kv : all) s.put(kv.key, kv.value + (Long) r.value());
        return;
      }
      if (r.value() == null) {
        s.delete(r.key());
        return;
      }
      Long old = s.get(r.key());
      s.put(r.key(), (old == null ? 0 : old) + (Long) r.value());
    }
  }

  private static final class Dated extends Base {
    Dated(String name) { super(name); }

    @Override public void process(Record<Object, Object> r) {
      TimestampedKeyValueStore<Object, Object> s = ctx.getStateStore(name);
      if (r.key() == null) return;
      if (r.value() == null) s.delete(r.key());
      else s.put(r.key(), ValueAndTimestamp.make(r.value(), r.timestamp() + 30));
    }
  }
}

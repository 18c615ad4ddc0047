package oracle.fn;

import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.KeyValueStore;

/** Processors that keep the key, as fn/processor.go. */
public final class ValueProcessors {
  private ValueProcessors() {}

  public interface Make { FixedKeyProcessorSupplier<Object, Object, Object> with(String store); }

  private static final Map<String, Make> TABLE = Map.of("previous", store -> () -> new Previous(store));

  public static Make of(String name) { return Fn.find(TABLE, "value processor", name); }

  /** Forwards the value that its key had before, and keeps the new one. */
  private static final class Previous implements FixedKeyProcessor<Object, Object, Object> {
    private final String name;
    private FixedKeyProcessorContext<Object, Object> ctx;

    Previous(String name) { this.name = name; }

    @Override public void init(FixedKeyProcessorContext<Object, Object> c) { ctx = c; }

    @Override public void process(FixedKeyRecord<Object, Object> r) {
      KeyValueStore<Object, Object> s = ctx.getStateStore(name);
      if (r.key() == null) {
        ctx.forward(r);
        return;
      }
      Object old = s.get(r.key());
      if (r.value() == null) s.delete(r.key());
      else s.put(r.key(), r.value());
      ctx.forward(r.withValue(old).withTimestamp(r.timestamp() + 1).withHeaders(new RecordHeaders()));
    }
  }
}

package oracle;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyWindowStore;
import org.apache.kafka.streams.state.ReadOnlySessionStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.ValueTimestampHeaders;
import org.apache.kafka.streams.state.internals.ChangeLoggingListValueBytesStore;
import org.apache.kafka.streams.state.internals.WrappedStateStore;

/** Reads stores of any kind row by row, in the order of the store. */
@SuppressWarnings({"unchecked", "rawtypes"})
final class Stores {
  private Stores() {}

  static List<String> rows(StateStore s) {
    List<String> rows = new ArrayList<>();
    try (KeyValueIterator it = iterator(s)) {
      while (it.hasNext()) {
        KeyValue kv = (KeyValue) it.next();
        if (kv.value instanceof ValueAndTimestamp<?> v) rows.add(row(kv.key, v.value()) + (v.timestamp() < 0 ? "" : " @" + v.timestamp())); // a plain store has none
        else if (kv.value instanceof ValueTimestampHeaders<?> v) rows.add(row(kv.key, v.value())); // a side of a stream-stream join
        else rows.add(row(kv.key, kv.value));
      }
    }
    return rows;
  }

  private static KeyValueIterator iterator(StateStore s) {
    if (s instanceof WrappedStateStore<?, ?, ?> w && w.wrapped() instanceof ChangeLoggingListValueBytesStore) s = bare(s);
    if (s instanceof ReadOnlyKeyValueStore kv) return kv.all();
    if (s instanceof ReadOnlyWindowStore w) return w.all();
    if (s instanceof ReadOnlySessionStore w) return w.fetch(null, null);
    throw new IllegalArgumentException("store " + s.name() + " is a " + s.getClass());
  }

  /** The store without the layers around it: the lists of a stream-stream join's store are compared as bytes. */
  private static StateStore bare(StateStore s) {
    while (s instanceof WrappedStateStore<?, ?, ?> w) s = w.wrapped();
    return s;
  }

  private static String row(Object key, Object value) { return Bytes.show(Types.bytes(key)) + " " + Bytes.show(Types.bytes(value)); }
}

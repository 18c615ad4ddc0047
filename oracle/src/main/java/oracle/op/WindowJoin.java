package oracle.op;

import static java.time.Duration.ofMillis;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import oracle.Build;
import oracle.Line;
import oracle.Operator;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.ValueJoinerWithKey;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.InternalFixedKeyRecordFactory;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * {@code s = window-join s1 s2 of=left-join-stream join=J before=B after=A grace=G …}: a stream-stream join as docs/SEMANTICS.md
 * has it (S80 to S87), out of processors. It looks at all that waits with every record that moves time, which a product could
 * not. Only rules write it (internal/oracle/rule).
 */
public final class WindowJoin implements Operator {
  @Override public Object build(Build b, Line l) {
    Plan p = new Plan(b, l);
    KStream<Object, Object> left = b.in(l, 0), right = b.in(l, 1);
    b.builder.addStateStore(p.rows(p.names[0], b.from(l, 0)));
    b.builder.addStateStore(p.rows(p.names[1], b.from(l, 1)));
    if (p.names.length > 2) b.builder.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(p.names[2]), Serdes.Bytes(), Serdes.ByteArray()));
    KStream<Object, Object> l1 = left.processValues(() -> new Side(p, true), p.names);
    return l1.merge(right.processValues(() -> new Side(p, false), p.names));
  }

  /** The join, and the time that its sides share. */
  private static final class Plan {
    final long before, after, grace;
    final boolean leftOuter, rightOuter;
    final String[] names;
    final Serde<Object> key, leftVal, rightVal;
    final ValueJoinerWithKey<Object, Object, Object, Object> joiner;
    long time = -1;

    Plan(Build b, Line l) {
      before = l.millis("before");
      after = l.millis("after");
      grace = l.millis("grace");
      leftOuter = !l.get("of").equals("join-stream");
      rightOuter = l.get("of").equals("outer-join-stream");
      String base = Build.store(l), other = base + (leftOuter ? "-outer-other-join-store" : "-other-join-store");
      String own = base + (rightOuter ? "-outer-this-join-store" : "-this-join-store");
      names = leftOuter ? new String[] {own, other, base + (rightOuter ? "-outer" : "-left") + "-shared-join-store"} : new String[] {own, other};
      key = Build.key(l);
      leftVal = Build.val(b.from(l, 0));
      rightVal = Build.val(b.from(l, 1));
      joiner = JoinStream.joiner(b, l);
    }

    org.apache.kafka.streams.state.StoreBuilder<?> rows(String name, Line side) {
      // One more than what is kept, for Kafka Streams hides the oldest of it.
      long retention = Math.max(before + after, Math.max(before, after)) + grace + 1;
      return Stores.windowStoreBuilder(Stores.inMemoryWindowStore(name, ofMillis(retention), ofMillis(before + after), true), key, Build.val(side));
    }

    /** The time of the first record of a side whose window is open. */
    long opens(boolean left) { return time - grace - Math.max(0, left ? after : before); }
  }

  private static final class Side implements FixedKeyProcessor<Object, Object, Object> {
    private final Plan p;
    private final boolean left;
    private FixedKeyProcessorContext<Object, Object> context;
    private WindowStore<Object, Object> own, other;
    private KeyValueStore<Bytes, byte[]> alone;

    Side(Plan p, boolean left) {
      this.p = p;
      this.left = left;
    }

    @Override public void init(FixedKeyProcessorContext<Object, Object> c) {
      context = c;
      own = c.getStateStore(p.names[left ? 0 : 1]);
      other = c.getStateStore(p.names[left ? 1 : 0]);
      if (p.names.length > 2) alone = c.getStateStore(p.names[2]);
    }

    private boolean outer(boolean side) { return side ? p.leftOuter : p.rightOuter; }

    @Override public void process(FixedKeyRecord<Object, Object> r) {
      long ts = r.timestamp();
      if (ts > p.time) {
        p.time = ts;
        if (alone != null) release(r);
      }
      if (r.value() == null) return;
      if (r.key() == null) {
        if (outer(left)) context.forward(r.withValue(left ? p.joiner.apply(null, r.value(), null) : p.joiner.apply(null, null, r.value())));
        return;
      }
      if (ts < p.opens(left)) return;
      List<KeyValue<Long, Object>> found = new ArrayList<>();
      long from = Math.max(0, ts - (left ? p.before : p.after)), to = ts + (left ? p.after : p.before);
      if (to >= from) {
        try (WindowStoreIterator<Object> it = other.fetch(r.key(), from, to)) {
          it.forEachRemaining(found::add);
        }
      }
      boolean matched = false;
      for (KeyValue<Long, Object> o : found) {
        if (o.key < p.opens(!left)) continue;
        matched = true;
        if (outer(!left)) {
          Bytes waits = place(o.key, !left, r.key());
          if (alone.get(waits) != null) alone.put(waits, null);
        }
        Object v = left ? p.joiner.apply(r.key(), r.value(), o.value) : p.joiner.apply(r.key(), o.value, r.value());
        context.forward(r.withValue(v).withTimestamp(Math.max(ts, o.key)));
      }
      if (!matched && outer(left)) {
        Bytes at = place(ts, left, r.key());
        alone.put(at, longer(alone.get(at), r.value()));
      }
      own.put(r.key(), r.value(), ts);
    }

    private void release(FixedKeyRecord<Object, Object> by) {
      List<KeyValue<Bytes, byte[]>> rows = new ArrayList<>();
      try (KeyValueIterator<Bytes, byte[]> it = alone.all()) {
        it.forEachRemaining(rows::add);
      }
      for (KeyValue<Bytes, byte[]> row : rows) {
        ByteBuffer place = ByteBuffer.wrap(row.key.get()), list = ByteBuffer.wrap(row.value);
        long at = place.getLong();
        boolean side = place.get() == 1;
        if (at >= p.opens(side)) continue;
        Object key = p.key.deserializer().deserialize("", rest(place, place.remaining()));
        list.get();
        for (int n = list.getInt(); n > 0; n--) {
          byte[] value = new byte[list.getInt() - 1];
          list.get();
          list.get(value);
          Object v = (side ? p.leftVal : p.rightVal).deserializer().deserialize("", value);
          Object joined = side ? p.joiner.apply(key, v, null) : p.joiner.apply(key, null, v);
          context.forward(InternalFixedKeyRecordFactory.create(new Record<>(key, joined, at, by.headers())));
        }
        alone.put(row.key, null);
      }
    }

    private static byte[] rest(ByteBuffer b, int n) {
      byte[] out = new byte[n];
      b.get(out);
      return out;
    }

    private Bytes place(long at, boolean side, Object key) {
      byte[] k = p.key.serializer().serialize("", key);
      return Bytes.wrap(ByteBuffer.allocate(9 + k.length).putLong(at).put((byte) (side ? 1 : 0)).put(k).array());
    }

    /** A list of values, each behind its length and side, as in Kafka Streams. */
    private byte[] longer(byte[] list, Object value) {
      byte[] v = (left ? p.leftVal : p.rightVal).serializer().serialize("", value);
      byte[] old = list == null ? new byte[] {1, 0, 0, 0, 0} : list;
      ByteBuffer out = ByteBuffer.allocate(old.length + 5 + v.length).put(old).putInt(v.length + 1).put((byte) (left ? 1 : 0)).put(v);
      out.putInt(1, out.getInt(1) + 1);
      return out.array();
    }
  }
}

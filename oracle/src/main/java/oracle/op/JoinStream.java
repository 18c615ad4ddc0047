package oracle.op;

import static java.time.Duration.ofMillis;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Joiners;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.ValueJoinerWithKey;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;

/** {@code s = join-stream s1 s2 join=J before=B after=A grace=G [name=N] [store=S]}, left-join-stream and outer-join-stream. */
public final class JoinStream implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0), other = b.in(l, 1);
    ValueJoinerWithKey<Object, Object, Object, Object> j = joiner(b, l);
    long before = l.millis("before"), after = l.millis("after");
    JoinWindows w = JoinWindows.ofTimeDifferenceAndGrace(ofMillis(Math.max(Math.abs(before), Math.abs(after))), ofMillis(l.millis("grace")))
        .before(ofMillis(before)).after(ofMillis(after));
    StreamJoined<Object, Object, Object> with =
        StreamJoined.with(Build.key(l), Build.val(b.from(l, 0)), Build.val(b.from(l, 1))).withStoreName(Build.store(l))
        .withDslStoreSuppliers(new BuiltInDslStoreSuppliers.RocksDBDslStoreSuppliers()); // those in memory count absent values as rows
    if (l.has("name")) with = with.withName(l.get("name"));
    return switch (l.op) {
      case "join-stream" -> s.join(other, j, w, with);
      case "left-join-stream" -> s.leftJoin(other, j, w, with);
      default -> s.outerJoin(other, j, w, with);
    };
  }

  static ValueJoinerWithKey<Object, Object, Object, Object> joiner(Build b, Line l) {
    Fn.Joiner f = Joiners.of(l.get("join"));
    Object zero = Types.zero(b.from(l, 0).key);
    return (k, v, o) -> f.apply(k == null ? zero : k, v, o);
  }
}

package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Joiners;
import org.apache.kafka.streams.kstream.Joined;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KTable;
import org.apache.kafka.streams.kstream.ValueJoinerWithKey;

/** {@code s = join-table s0 t join=J [name=N]}, and left-join-table. */
public final class JoinTable implements Operator {
  private final boolean left;

  public JoinTable(boolean left) { this.left = left; }

  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    KTable<Object, Object> t = b.in(l, 1);
    Fn.Joiner f = Joiners.of(l.get("join"));
    Object zero = Types.zero(b.from(l, 0).key);
    ValueJoinerWithKey<Object, Object, Object, Object> j = (k, v, o) -> f.apply(k == null ? zero : k, v, o);
    Joined<Object, Object, Object> with = l.has("name") ? Joined.as(l.get("name")) : Joined.with(null, null, null);
    return left ? s.leftJoin(t, j, with) : s.join(t, j, with);
  }
}

package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Joiners;
import oracle.fn.Keys;
import org.apache.kafka.streams.kstream.GlobalKTable;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KeyValueMapper;
import org.apache.kafka.streams.kstream.ValueJoinerWithKey;

/** {@code s = join-global s0 g key=F join=J}, and left-join-global. */
public final class JoinGlobal implements Operator {
  private final boolean left;

  public JoinGlobal(boolean left) { this.left = left; }

  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    GlobalKTable<Object, Object> g = b.in(l, 1);
    KeyValueMapper<Object, Object, Object> key = SelectKey.selector(b, l);
    Fn.Joiner f = Joiners.of(l.get("join"));
    Object zero = Types.zero(b.from(l, 0).key);
    ValueJoinerWithKey<Object, Object, Object, Object> j = (k, v, o) -> f.apply(k == null ? zero : k, v, o);
    if (left) return l.has("name") ? s.leftJoin(g, key, j, Build.named(l)) : s.leftJoin(g, key, j);
    return l.has("name") ? s.join(g, key, j, Build.named(l)) : s.join(g, key, j);
  }
}

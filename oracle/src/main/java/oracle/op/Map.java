package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Pairs;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KeyValueMapper;

/** {@code s = map s0 fn=F}: an absent value makes both absent (S5). */
public final class Map implements Operator {
  @Override @SuppressWarnings("unchecked")
  public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    Fn.Value f = Pairs.of(l.get("fn"));
    Object zero = Types.zero(b.from(l, 0).key);
    KeyValueMapper<Object, Object, KeyValue<Object, Object>> m = Fn.sees(l.get("fn"))
        ? (k, v) -> (KeyValue<Object, Object>) f.apply(k, v)
        : (k, v) -> v == null ? KeyValue.pair(null, null) : (KeyValue<Object, Object>) f.apply(k == null ? zero : k, v);
    return l.has("name") ? s.map(m, Build.named(l)) : s.map(m);
  }
}

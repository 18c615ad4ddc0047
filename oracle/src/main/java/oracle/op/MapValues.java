package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Values;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.ValueMapperWithKey;

/** {@code s = map-values s0 fn=F}: an absent value stays absent (S4). */
public final class MapValues implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    ValueMapperWithKey<Object, Object, Object> f = mapper(b, l);
    return l.has("name") ? s.mapValues(f, Build.named(l)) : s.mapValues(f);
  }

  static ValueMapperWithKey<Object, Object, Object> mapper(Build b, Line l) {
    Fn.Value f = Values.of(l.get("fn"));
    if (Fn.sees(l.get("fn"))) return f::apply;
    Object zero = Types.zero(b.from(l, 0).key);
    return (k, v) -> v == null ? null : f.apply(k == null ? zero : k, v);
  }
}

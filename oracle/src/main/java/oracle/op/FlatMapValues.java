package oracle.op;

import java.util.List;
import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Values;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.ValueMapperWithKey;

/** {@code s = flat-map-values s0 fn=F}: an absent value gives nothing (S133). */
public final class FlatMapValues implements Operator {
  @Override @SuppressWarnings("unchecked")
  public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    Fn.Many f = Values.many(l.get("fn"));
    Object zero = Types.zero(b.from(l, 0).key);
    ValueMapperWithKey<Object, Object, Iterable<Object>> m = (k, v) -> v == null ? List.of() : (List<Object>) f.apply(k == null ? zero : k, v);
    return l.has("name") ? s.flatMapValues(m, Build.named(l)) : s.flatMapValues(m);
  }
}

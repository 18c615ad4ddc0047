package oracle.op;

import java.util.List;
import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Pairs;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KeyValueMapper;

/** {@code s = flat-map s0 fn=F}: an absent value gives nothing (S6). */
public final class FlatMap implements Operator {
  @Override @SuppressWarnings("unchecked")
  public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    Fn.Many f = Pairs.many(l.get("fn"));
    Object zero = Types.zero(b.from(l, 0).key);
    KeyValueMapper<Object, Object, List<KeyValue<Object, Object>>> m =
        (k, v) -> v == null ? List.of() : (List<KeyValue<Object, Object>>) f.apply(k == null ? zero : k, v);
    return l.has("name") ? s.flatMap(m, Build.named(l)) : s.flatMap(m);
  }
}

package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.Types;
import oracle.fn.Fn;
import oracle.fn.Keys;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.KeyValueMapper;

/** {@code s = select-key s0 key=F}: without a value there is no key (S5). */
public final class SelectKey implements Operator {
  @Override public Object build(Build b, Line l) {
    KStream<Object, Object> s = b.in(l, 0);
    KeyValueMapper<Object, Object, Object> f = selector(b, l);
    return l.has("name") ? s.selectKey(f, Build.named(l)) : s.selectKey(f);
  }

  static KeyValueMapper<Object, Object, Object> selector(Build b, Line l) {
    Fn.Value f = Keys.of(l.get("key"));
    if (Fn.sees(l.get("key"))) return f::apply;
    Object zero = Types.zero(b.from(l, 0).key);
    return (k, v) -> v == null ? null : f.apply(k == null ? zero : k, v);
  }
}

package oracle.op;

import oracle.Build;
import oracle.Line;
import oracle.Operator;
import oracle.fn.Fn;
import oracle.fn.Keys;
import org.apache.kafka.streams.kstream.KTable;

/** {@code s = to-stream t [key=F]}; for a windowed table key=F makes the key of key and window, windowed keeps both. */
public final class ToStream implements Operator {
  @Override @SuppressWarnings({"unchecked", "rawtypes"})
  public Object build(Build b, Line l) {
    KTable t = b.in(l, 0);
    boolean map = l.has("key") && !l.get("key").equals("windowed");
    if (!map) return l.has("name") ? t.toStream(Build.named(l)) : t.toStream();
    Fn.Value f = Keys.of(l.get("key"));
    return l.has("name") ? t.toStream(f::apply, Build.named(l)) : t.toStream(f::apply);
  }
}

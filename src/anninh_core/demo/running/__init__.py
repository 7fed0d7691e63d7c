"""The demo after its play: opened with a clock that stands, talked to as a resident, worked in as any officer."""

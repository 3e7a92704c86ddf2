package sample

import (
	"encoding/binary"
	"math"
	"slices"
)

const (
	sampleRate = 22050              // a second, one channel, 16 bits
	beat       = sampleRate * 5 / 4 // samples; a lullaby is slow
	fade       = sampleRate / 5     // samples, at either end of a note
	waveBits   = 10                 // a wave table has 1<<waveBits values
	vibrato    = 64                 // samples between two changes of pitch
	loudest    = 30000              // of 32767
)

// chord is what the choir sings for some beats: soprano, alto, tenor and bass
// as MIDI note numbers (69 is the A of 440 Hz).
type chord struct {
	beats int
	notes [4]float64
}

// verse is the lullaby, in F; the choir sings it twice.
var verse = []chord{
	{2, [4]float64{69, 65, 60, 53}}, {1, [4]float64{70, 67, 62, 55}}, {2, [4]float64{72, 69, 65, 53}}, {1, [4]float64{70, 67, 60, 52}},
	{2, [4]float64{69, 65, 62, 50}}, {1, [4]float64{67, 64, 60, 48}}, {3, [4]float64{69, 65, 60, 53}},
	{2, [4]float64{72, 69, 65, 57}}, {1, [4]float64{74, 70, 65, 58}}, {2, [4]float64{76, 72, 67, 60}}, {1, [4]float64{74, 70, 67, 55}},
	{2, [4]float64{72, 69, 65, 53}}, {1, [4]float64{70, 67, 62, 58}}, {3, [4]float64{67, 64, 60, 48}},
	{2, [4]float64{69, 65, 62, 50}}, {1, [4]float64{67, 62, 58, 55}}, {1, [4]float64{65, 60, 57, 53}}, {1, [4]float64{64, 60, 55, 48}},
	{5, [4]float64{65, 60, 57, 41}},
}

// recording returns the end of a choir's rehearsal as a WAV file of about four
// megabytes. Two voices sing each note, and the hall answers.
func recording() []byte {
	wave := vowel()
	var sung []int32
	for _, c := range verse {
		start := len(sung)
		sung = append(sung, make([]int32, c.beats*beat)...)
		for _, note := range c.notes {
			sing(sung[start:], wave, note-0.05)
			sing(sung[start:], wave, note+0.04)
		}
	}
	silence := make([]int32, 2*sampleRate)
	return wav(echo(slices.Concat(sung, sung, silence)))
}

// vowel returns one period of a sung "ah": a tone and its overtones.
func vowel() []int32 {
	overtones := []float64{1, 0.6, 0.35, 0.4, 0.22, 0.1, 0.06}
	wave := make([]int32, 1<<waveBits)
	for i := range wave {
		sum := 0.0
		for k, strength := range overtones {
			sum += strength * math.Sin(2*math.Pi*float64(i*(k+1))/float64(len(wave)))
		}
		wave[i] = int32(math.Round(1000 * sum))
	}
	return wave
}

// sing adds one voice to sound, which holds that note from end to end.
func sing(sound, wave []int32, note float64) {
	pitch := 440 * math.Pow(2, (note-69)/12)
	var phase, step uint32 // a period is the whole range of uint32
	for i := range sound {
		if i%vibrato == 0 {
			sway := 1 + 0.004*math.Sin(2*math.Pi*5*float64(i)/sampleRate+note)
			step = uint32(pitch * sway / sampleRate * (1 << 32))
		}
		phase += step
		swell := int32(min(i, len(sound)-i, fade))
		sound[i] += wave[phase>>(32-waveBits)] * swell / fade
	}
}

// echo adds what the walls of a tram depot give back.
func echo(sound []int32) []int32 {
	for i := range sound {
		for _, delay := range []int{1601, 2269, 3061} {
			if i >= delay {
				sound[i] += sound[i-delay] / 4
			}
		}
	}
	return sound
}

// wav returns sound as a file: the 44 bytes of the RIFF header for one channel
// of 16-bit PCM, then the samples, as loud as they may be.
func wav(sound []int32) []byte {
	peak := int32(1)
	for _, s := range sound {
		peak = max(peak, s, -s)
	}
	size := uint32(2 * len(sound))
	le := binary.LittleEndian
	file := make([]byte, 0, 44+size)
	file = le.AppendUint32(append(file, "RIFF"...), 36+size)
	file = le.AppendUint32(append(file, "WAVEfmt "...), 16)
	file = le.AppendUint16(file, 1) // PCM
	file = le.AppendUint16(file, 1) // channels
	file = le.AppendUint32(file, sampleRate)
	file = le.AppendUint32(file, 2*sampleRate) // bytes a second
	file = le.AppendUint16(file, 2)            // bytes a sample
	file = le.AppendUint16(file, 16)           // bits a sample
	file = le.AppendUint32(append(file, "data"...), size)
	for _, s := range sound {
		file = le.AppendUint16(file, uint16(int16(int64(s)*loudest/int64(peak))))
	}
	return file
}
